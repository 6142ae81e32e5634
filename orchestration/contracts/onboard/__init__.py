"""Onboarding: a proposal for the contract of a file that nobody has seen.

What a file is (``sniff``), what its columns hold (``profile``), what suppliers call things
(``vocabulary.yaml`` and ``words``) and the decision between them (``propose``) belong here, as do
the folder that is written and the questions at the terminal. Nothing here lands anything: the
contract that comes out is a text for a human to read, and whatever is not sure stands in it as a
comment. The demo's writers are never looked at.
"""

from orchestration.contracts.onboard.proposal import ColumnProposal, FeedProposal, Proposal
from orchestration.contracts.onboard.run import onboard

__all__ = ["ColumnProposal", "FeedProposal", "Proposal", "onboard"]
