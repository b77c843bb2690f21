-- How a standing finding is handled, beside its state: who took it up, under which exemption it stands, and since when
-- what gave cause for it cannot be seen. Its versions have the same, and who brought each about.
ALTER TABLE finding ADD COLUMN acknowledged BIGINT;
ALTER TABLE finding ADD COLUMN acknowledged_by TEXT NOT NULL DEFAULT '';
ALTER TABLE finding ADD COLUMN acknowledge_note TEXT NOT NULL DEFAULT '';
ALTER TABLE finding ADD COLUMN exemption TEXT NOT NULL DEFAULT '';
ALTER TABLE finding ADD COLUMN unverified BIGINT;
ALTER TABLE finding_history ADD COLUMN acknowledged BIGINT;
ALTER TABLE finding_history ADD COLUMN acknowledged_by TEXT NOT NULL DEFAULT '';
ALTER TABLE finding_history ADD COLUMN acknowledge_note TEXT NOT NULL DEFAULT '';
ALTER TABLE finding_history ADD COLUMN exemption TEXT NOT NULL DEFAULT '';
ALTER TABLE finding_history ADD COLUMN unverified BIGINT;
ALTER TABLE finding_history ADD COLUMN done_by TEXT NOT NULL DEFAULT '';
ALTER TABLE finding_history ADD COLUMN done_note TEXT NOT NULL DEFAULT '';

-- What an asker may do beside asking, words between spaces.
ALTER TABLE certificate ADD COLUMN rights TEXT NOT NULL DEFAULT '';
