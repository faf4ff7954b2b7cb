"""The papers of a case: ordered in the transaction of the act, printed afterwards."""
