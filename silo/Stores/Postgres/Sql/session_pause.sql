UPDATE sessions SET paused = @paused WHERE id = @id AND phase < 2 RETURNING id;
