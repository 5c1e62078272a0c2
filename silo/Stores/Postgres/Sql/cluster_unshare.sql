DELETE FROM cluster_shares WHERE cluster_id = @cluster_id AND user_id = @user_id RETURNING user_id;
