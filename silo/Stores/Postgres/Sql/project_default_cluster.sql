UPDATE projects SET default_cluster_id = @cluster_id WHERE id = @id;
