SELECT labels FROM sessions WHERE id = @id AND phase = 0 AND paused = 0;
