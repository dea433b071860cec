-- What whoever decided has said, how many decisions stand in the journal, where a hold stood when it was destroyed, why it
-- failed, and the key of what the site answered, which outlives that of the post.

ALTER TABLE holds ADD COLUMN first_said TEXT;
ALTER TABLE holds ADD COLUMN second_said TEXT;
ALTER TABLE holds ADD COLUMN refused_said TEXT;
ALTER TABLE holds ADD COLUMN noted BIGINT NOT NULL DEFAULT 0;
ALTER TABLE holds ADD COLUMN ended TEXT;
ALTER TABLE holds ADD COLUMN failure TEXT;
ALTER TABLE holds ADD COLUMN answer_key BYTEA;
UPDATE holds SET answer_body = NULL;
