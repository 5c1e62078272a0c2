-- name: migration_add
INSERT INTO schema_migrations (number) VALUES (@number);

-- name: now
SELECT now_ms();

-- name: schema_version
SELECT COALESCE(MAX(number), 0) FROM schema_migrations;

-- name: set_up
SELECT to_regclass('schema_migrations') IS NOT NULL AND to_regclass('cluster_tokens') IS NOT NULL;

-- name: pre_release
-- Databases of before 0.1.0 kept their migrations under this name.
SELECT to_regclass('migrations') IS NOT NULL AND to_regclass('task_states') IS NOT NULL;
