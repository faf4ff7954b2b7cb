"""The scenes of the demonstration, one module a stage."""
