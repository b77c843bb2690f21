-- How far law from outside the EER reaches, and the countries whose law reaches at all. What was judged before
-- is unknown, as its record says; a scan tells it anew.
ALTER TABLE asset ADD COLUMN law_reach TEXT NOT NULL DEFAULT 'unknown';
ALTER TABLE asset ADD COLUMN law_countries TEXT NOT NULL DEFAULT '';
DROP INDEX asset_counts;
CREATE INDEX asset_counts
    ON asset (tenant, provider, location_class, material, holds, type, custody, law_reach, law_countries, countries);
