"""What must always hold (approvals.md, "Invariants"), looked at from outside: from the rows alone, step after step.

The cheap ones are asked of every case that a step has touched, those about the whole history now and then and at the
end. Nothing here asks the product whether it is right.
"""
