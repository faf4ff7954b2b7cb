"""Bodies, posts and people, and how they change while cases run."""
