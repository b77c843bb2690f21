-- Who holds the keys. What was judged before is unknown, as its record says; a scan tells it anew.
ALTER TABLE asset ADD COLUMN custody TEXT NOT NULL DEFAULT 'unknown';
DROP INDEX asset_counts;
CREATE INDEX asset_counts
    ON asset (tenant, provider, location_class, material, holds, type, custody, countries);
