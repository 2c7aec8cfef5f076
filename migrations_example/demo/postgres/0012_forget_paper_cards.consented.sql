-- drydock:consent table-dropped public.paper_cards rows<=200 reason="typed in, checked, and exported to the archive"
-- drydock:consent column-dropped public.members.phone reason="members asked us not to keep it"
DROP TABLE paper_cards;
ALTER TABLE members DROP COLUMN phone;
