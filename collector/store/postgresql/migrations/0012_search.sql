-- As for SQLite: the words of each asset, filled in steps behind what is kept.
CREATE TABLE search_index (
    tenant   TEXT NOT NULL,
    asset_no BIGINT NOT NULL,
    words    TSVECTOR NOT NULL,
    PRIMARY KEY (tenant, asset_no)
) PARTITION BY HASH (tenant);
CREATE INDEX search_index_words ON search_index USING GIN (words);
CREATE TABLE search_position (
    tenant   TEXT PRIMARY KEY,
    asset_no BIGINT NOT NULL
);
CREATE TABLE search_pending (
    tenant   TEXT NOT NULL,
    asset_no BIGINT NOT NULL,
    PRIMARY KEY (tenant, asset_no)
);
