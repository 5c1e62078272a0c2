SELECT id FROM sessions WHERE cluster_id = @cluster_id AND phase < 2 AND paused = 1;
