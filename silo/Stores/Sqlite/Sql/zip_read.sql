SELECT data FROM zip_pieces WHERE revision_id = @revision_id AND piece = @piece;
