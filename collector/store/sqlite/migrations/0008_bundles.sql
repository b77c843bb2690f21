-- Policy bundles that were put in force; the one with the highest serial is. All stay.
CREATE TABLE policy_bundle (
    serial       INTEGER PRIMARY KEY,
    version      TEXT NOT NULL,
    title        TEXT NOT NULL,
    manifest     BLOB NOT NULL,
    signature    BLOB NOT NULL,
    files        BLOB NOT NULL, -- zlib of the bundle's message, files only
    activated    INTEGER NOT NULL,
    activated_by TEXT NOT NULL
);
-- Why the agent did not use the bundle that it was sent last; empty where it did.
ALTER TABLE scan ADD COLUMN policy_refusal TEXT NOT NULL DEFAULT '';
