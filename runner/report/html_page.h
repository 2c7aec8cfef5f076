// The page that html_writer.cc fills in: a mustache template, in which {{ }} escapes. It needs nothing but itself: no
// script, no font, no image; its policy forbids whatever a mistake might let in.
//
// One colour per verdict is all the colour there is. On a narrow screen each row of a table becomes a block, whose
// cells are named by data-label. Paper is always light, and shows what is folded away.
#pragma once

namespace drydock {

inline constexpr const char* html_page = R"html(<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>Migration rehearsal: {{verdict}}</title>
<style>
:root {
  --paper: #fbfaf8; --card: #ffffff; --ink: #1d2126; --soft: #5a626d; --line: #e3e2de; --tint: #f4f3f0;
  --safe: #16693d; --consented: #855600; --rejected: #b3261e; --failed: #8a2568; --vacuous: #3a567a;
}
@media screen and (prefers-color-scheme: dark) {
  :root {
    --paper: #131519; --card: #1a1d22; --ink: #e4e6e9; --soft: #a0a8b3; --line: #2e333a; --tint: #21252b;
    --safe: #73cc98; --consented: #e0b252; --rejected: #ff8f85; --failed: #ec93c9; --vacuous: #9dbbe0;
  }
}
.safe { --accent: var(--safe); }
.consented, .warning { --accent: var(--consented); }
.rejected, .error { --accent: var(--rejected); }
.failed { --accent: var(--failed); }
.vacuous { --accent: var(--vacuous); }
.note { --accent: var(--soft); }
* { box-sizing: border-box; }
body {
  margin: 0; padding: 2.5rem 1.25rem 4rem; background: var(--paper); color: var(--ink);
  font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", "Liberation Sans", sans-serif;
  font-variant-numeric: tabular-nums; -webkit-text-size-adjust: 100%; text-size-adjust: 100%;
}
main { max-width: 62rem; margin: 0 auto; }
code, pre { font-family: ui-monospace, "SF Mono", Menlo, Consolas, "Liberation Mono", monospace; font-size: .875em; }
pre code, small code { font-size: inherit; }
code { overflow-wrap: anywhere; unicode-bidi: isolate; }
h1, h2, h3, p, dl, dd, ul, pre { margin: 0; }
h1 { font-size: 1.625rem; line-height: 1.3; font-weight: 600; letter-spacing: -.01em; text-wrap: pretty; }
h1 strong { color: var(--accent); font-weight: 700; }
h2 { margin: 2.75rem 0 .875rem; font-size: 1.125rem; font-weight: 600; }
h3 { font-size: 1rem; font-weight: 600; overflow-wrap: anywhere; }
small, .soft { color: var(--soft); }
small { font-size: .875em; }
.card { background: var(--card); border: 1px solid var(--line); border-radius: 8px; }
.verdict { padding: 1.5rem 1.75rem; border-left: 6px solid var(--accent); }
.kicker { margin-bottom: .5rem; color: var(--soft); font-size: .9375rem; overflow-wrap: anywhere; }
.figures { display: flex; flex-wrap: wrap; gap: .875rem 2.5rem; margin-top: 1.25rem; }
.figures div { display: flex; flex-direction: column-reverse; }
.figures dt { color: var(--soft); font-size: .875rem; }
.figures dd { font-weight: 600; }
.mark { color: var(--accent); font-weight: 600; white-space: nowrap; }
.pill {
  flex: none; padding: 0 .625rem; border: 1px solid var(--accent); border-radius: 1rem; color: var(--accent);
  font-size: .8125rem; font-weight: 600; line-height: 1.5rem;
}
table { width: 100%; border-collapse: collapse; font-size: .9375rem; }
th, td { padding: .625rem .75rem; text-align: left; vertical-align: top; overflow-wrap: anywhere; }
th { color: var(--soft); font-size: .8125rem; font-weight: 500; white-space: nowrap; border-bottom: 1px solid var(--line); }
tr + tr td { border-top: 1px solid var(--line); }
.number { text-align: right; white-space: nowrap; }
pre {
  padding: .875rem 1rem; background: var(--tint); border: 1px solid var(--line); border-radius: 6px;
  white-space: pre-wrap; overflow-wrap: anywhere; user-select: all; -webkit-user-select: all;
}
.add p { margin: 0 0 .5rem; }
.add pre + p { margin-top: 1rem; }
article { padding: 1rem 1.25rem; }
article + article { margin-top: .75rem; }
.head { display: flex; flex-wrap: wrap; align-items: center; gap: .25rem .75rem; }
.head h3 { flex: 1 1 14rem; }
.told { margin-top: .75rem; padding: 0; list-style: none; }
.told li { padding-left: .875rem; border-left: 3px solid var(--accent, var(--line)); overflow-wrap: anywhere; }
.told li + li { margin-top: .5rem; }
details { margin-top: .75rem; }
summary { color: var(--soft); font-size: .9375rem; cursor: pointer; }
details table { margin-top: .5rem; background: none; }
td code { font-size: .8125em; }
td ul { padding: 0; list-style: none; }
.how { padding: 1.25rem; }
.how > * + * { margin-top: .75rem; }
.how ul { padding-left: 1.25rem; }
.how dl { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1.25rem; font-size: .9375rem; }
.how dt { color: var(--soft); }
.how dd { overflow-wrap: anywhere; }
footer { margin-top: 2rem; color: var(--soft); font-size: .875rem; }
@media print, (min-width: 44rem) {
  .losses :is(th, td):first-child { padding-left: 1.25rem; width: 1%; }
  .losses :is(.object, .place, .consent) { width: 25%; }
  .losses .extent { overflow-wrap: normal; }
  .measured { white-space: nowrap; }
  .statements :is(th, td):first-child, .statements .number { width: 1%; }
  .statements .rewritten { width: 26%; }
}
@media screen and (max-width: 43.99rem) {
  body { padding: 1rem .75rem 2.5rem; }
  h1 { font-size: 1.3125rem; }
  .verdict { padding: 1.125rem 1.125rem; }
  .figures { display: grid; grid-template-columns: 1fr 1fr; gap: .75rem 1rem; }
  article, .how { padding: .875rem 1rem; }
  .head h3 { flex-basis: 100%; }
  table, tbody, tr, td { display: block; }
  thead { display: none; }
  tr { padding: .625rem 1rem; }
  article tr { padding: .625rem 0; }
  tr + tr { border-top: 1px solid var(--line); }
  td, tr + tr td { display: grid; grid-template-columns: 5.5rem 1fr; padding: .125rem 0; border: 0; }
  td::before { content: attr(data-label); color: var(--soft); font-size: .875rem; }
  .number { text-align: left; white-space: normal; }
  .how dl { grid-template-columns: 1fr; gap: 0; }
  .how dd + dt { margin-top: .5rem; }
}
@media print {
  html { font-size: 9.5pt; }
  body { padding: 0; background: none; }
  .card, pre { background: none; }
  .verdict { border-left-color: var(--accent); print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  tr, pre, .head, .verdict { break-inside: avoid; }
  h2, .head { break-after: avoid; }
  details::details-content { content-visibility: visible; block-size: auto; }
}
</style>
</head>
<body>
<main>
<header class="card verdict {{verdict}}">
<p class="kicker">Rehearsal of {{rehearsed}}{{#database}} on <code>{{database}}</code>{{/database}}</p>
<h1><strong>{{verdict_said}}</strong>{{conclusion}}</h1>
{{#has_figures}}
<dl class="figures">
{{#figures}}
<div><dt>{{of}}</dt><dd>{{figure}}</dd></div>
{{/figures}}
</dl>
{{/has_figures}}
</header>
{{#has_losses}}
<section>
<h2>What would be lost</h2>
<div class="card">
<table class="losses">
<thead><tr>
<th scope="col">Loss</th>
<th scope="col" class="object">Object</th>
<th scope="col" class="extent">Extent</th>
<th scope="col" class="place">By</th>
<th scope="col" class="consent">Consent</th>
</tr></thead>
<tbody>
{{#losses}}
<tr class="{{mark}}">
<td data-label="Loss"><span class="mark">{{kind}}</span></td>
<td data-label="Object" class="object"><code>{{object}}</code></td>
<td data-label="Extent" class="extent {{measured}}">{{extent}}</td>
<td data-label="By" class="place"><code>{{place}}</code></td>
<td data-label="Consent" class="consent"><span>
{{#consented}}{{reason}}{{/consented}}
{{^consented}}<span class="mark">none</span>{{#too_many}} <small>its consent allows {{too_many}} only</small>{{/too_many}}{{/consented}}
</span></td>
</tr>
{{/losses}}
</tbody>
</table>
</div>
</section>
{{/has_losses}}
{{#has_consents}}
<section class="add">
<h2>If it is meant</h2>
{{#consents}}
<p>Add to {{whose}}<code>{{file}}</code>, with the reason:</p>
<pre><code>{{lines}}</code></pre>
{{/consents}}
</section>
{{/has_consents}}
{{#has_migrations}}
<section>
<h2>Migrations</h2>
{{#migrations}}
<article class="card">
<div class="head"><h3>{{title}}</h3><span class="soft">{{took}}</span><span class="pill {{level}}">{{level}}</span></div>
{{#file}}<small><code>{{file}}</code></small>{{/file}}
{{#has_remarks}}
<ul class="told">
{{#remarks}}
<li class="{{level}}">{{#label}}<span class="mark">{{label}}</span> {{/label}}{{text}}{{#fix}} <span class="soft">{{fix}}</span>{{/fix}}</li>
{{/remarks}}
</ul>
{{/has_remarks}}
{{#has_statements}}
<details>
<summary>{{statements_in_short}}</summary>
<table class="statements">
<thead><tr>
<th scope="col">Line</th>
<th scope="col" class="number">Time</th>
<th scope="col" class="number">Rows</th>
{{#wal}}
<th scope="col" class="number">WAL</th>
{{/wal}}
{{#locks}}
<th scope="col">Locks held</th>
{{/locks}}
{{#rewrites}}
<th scope="col" class="rewritten">Rewritten</th>
{{/rewrites}}
</tr></thead>
<tbody>
{{#statements}}
<tr>
<td data-label="Line">{{line}}</td>
<td data-label="Time" class="number">{{seconds}}</td>
<td data-label="Rows" class="number">{{rows}}</td>
{{#wal}}
<td data-label="WAL" class="number">{{bytes}}</td>
{{/wal}}
{{#locks}}
<td data-label="Locks held"><ul>{{#held}}<li><code>{{object}}</code> {{mode}}, {{seconds}}</li>{{/held}}</ul></td>
{{/locks}}
{{#rewrites}}
<td data-label="Rewritten" class="rewritten"><ul>{{#rewritten}}<li><code>{{.}}</code></li>{{/rewritten}}</ul></td>
{{/rewrites}}
</tr>
{{/statements}}
</tbody>
</table>
</details>
{{/has_statements}}
</article>
{{/migrations}}
{{#not_run}}
<p class="soft" style="margin-top: .75rem">Not run: {{not_run}}</p>
{{/not_run}}
</section>
{{/has_migrations}}
{{#shadow}}
<section>
<h2>How this was found out</h2>
<div class="card how">
<p>{{clone}} {{gone}}</p>
{{#has_notes}}
<ul>
{{#notes}}
<li>{{.}}</li>
{{/notes}}
</ul>
{{/has_notes}}
<dl>
<dt>Shadow</dt><dd>{{provider}}, with {{held}}</dd>
<dt>Taken at</dt><dd>{{taken_at}}</dd>
<dt>Plan</dt><dd><code>{{plan}}</code></dd>
</dl>
</div>
</section>
{{/shadow}}
<footer>Written by drydock{{#version}} {{version}}{{/version}}. It names objects, lines and numbers, and holds no value from a row.</footer>
</main>
</body>
</html>
)html";

}  // namespace drydock
