-- As for SQLite: severities of events, and which collector took what, until when.
ALTER TABLE outbox ADD COLUMN severity TEXT NOT NULL DEFAULT '';
ALTER TABLE delivery ADD COLUMN taken_by TEXT NOT NULL DEFAULT '';
ALTER TABLE delivery ADD COLUMN taken_until BIGINT NOT NULL DEFAULT 0;
ALTER TABLE evaluation ADD COLUMN taken_by TEXT NOT NULL DEFAULT '';
ALTER TABLE evaluation ADD COLUMN taken_until BIGINT NOT NULL DEFAULT 0;
ALTER TABLE judge_again ADD COLUMN taken_by TEXT NOT NULL DEFAULT '';
ALTER TABLE judge_again ADD COLUMN taken_until BIGINT NOT NULL DEFAULT 0;
