"""Import of ROI files (SEAGULL, COCO, labelme) and of ratings (CSV), each with a dry run."""
