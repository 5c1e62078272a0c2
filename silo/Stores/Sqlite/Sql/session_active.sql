SELECT 1 FROM sessions WHERE id = @id AND phase = 0;
