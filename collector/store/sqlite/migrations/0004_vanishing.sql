-- Assets that a complete scope of the scan in hand no longer listed. They are removed when the scan ends,
-- unless another scope listed them: an asset that moved is not one that vanished.
CREATE TABLE vanishing (
    tenant   TEXT NOT NULL,
    asset_no INTEGER NOT NULL,
    scan_id  TEXT NOT NULL,
    PRIMARY KEY (tenant, asset_no)
) WITHOUT ROWID;
