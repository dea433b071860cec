-- Which way a kind is let be: "upload" or "download"; both where there is nothing.

ALTER TABLE exceptions ADD COLUMN direction TEXT;
