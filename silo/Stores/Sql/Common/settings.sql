-- name: ping
SELECT 1;

-- name: setting_keep
INSERT INTO settings (name, value) VALUES (@name, @value)
ON CONFLICT (name) DO UPDATE SET value = settings.value
RETURNING value;
