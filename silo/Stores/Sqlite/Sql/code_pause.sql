INSERT INTO paused_codes (code_id, paused_at) VALUES (@code_id, @now) ON CONFLICT (code_id) DO NOTHING RETURNING code_id;
