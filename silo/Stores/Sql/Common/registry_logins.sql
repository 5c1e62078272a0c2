-- name: registry_login_keep
INSERT INTO registry_logins (project_id, address, sealed, kept_at) VALUES (@project_id, @address, @sealed, @now)
ON CONFLICT (project_id, address) DO UPDATE SET sealed = excluded.sealed, kept_at = excluded.kept_at;

-- name: registry_logins
SELECT address, sealed FROM registry_logins WHERE project_id = @project_id ORDER BY address;
