"""What a Party-work department wrote down: stages, bodies, criteria, campaign. Frozen, typed, checked."""
