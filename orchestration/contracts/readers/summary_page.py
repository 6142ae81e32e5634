"""Which lines of a form's summary page a schedule itemises, by fecfile's names of their figures.

The forms are the FEC's 3, 3P and 3X; how a filing is read is ``filings``'s.
"""

from __future__ import annotations

# By schedule and form: the summary lines that the schedule itemises, and fecfile's name of
# their figure for the period. A, what came in; B, what went out; D, what is owed.
SUMMARY_LINES: dict[str, dict[str, dict[str, str]]] = {
    "SA": {
        "F3P": {
            "16": "federal_funds",
            "17A": "individual_contribution_total",
            "17B": "political_party_committees_receipts",
            "17C": "other_political_committees_pacs",
            "17D": "the_candidate",
            "18": "transfers_from_aff_other_party_cmttees",
            "19A": "received_from_or_guaranteed_by_cand",
            "19B": "other_loans",
            "20A": "operating",
            "20B": "fundraising",
            "20C": "legal_and_accounting",
            "21": "other_receipts",
        },
        "F3": {
            "11A": "total_individual_contributions",
            "11B": "political_party_contributions",
            "11C": "pac_contributions",
            "11D": "candidate_contributions",
            "12": "transfers_from_authorized",
            "13A": "candidate_loans",
            "13B": "other_loans",
            "14": "offset_to_operating_expenditures",
            "15": "other_receipts",
        },
        "F3X": {
            "11A": "individual_contribution_total",
            "11B": "political_party_committees",
            "11C": "other_political_committees_pacs",
            "12": "transfers_from_aff_other_party_cmttees",
            "13": "total_loans",
            "14": "total_loan_repayments_received",
            "15": "offsets_to_expenditures",
            "16": "federal_refunds",
            "17": "other_federal_receipts",
        },
    },
    "SB": {
        "F3P": {
            "23": "operating_expenditures",
            "24": "transfers_to_other_authorized_committees",
            "25": "fundraising_disbursements",
            "26": "exempt_legal_accounting_disbursement",
            "27A": "made_or_guaranteed_by_candidate",
            "27B": "other_repayments",
            "28A": "individuals",
            "28B": "political_party_committees_refunds",
            "28C": "other_political_committees",
            "29": "other_disbursements",
        },
        "F3": {
            "17": "operating_expenditures",
            "18": "transfers_to_authorized",
            "19A": "candidate_loan_repayments",
            "19B": "other_loan_repayments",
            "20A": "refunds_to_individuals",
            "20B": "refunds_to_party_committees",
            "20C": "refunds_to_other_committees",
            "21": "other_disbursements",
        },
        "F3X": {
            "21B": "other_federal_operating_expenditures",
            "22": "transfers_to_affiliated",
            "23": "contributions_to_candidates",
            "26": "total_loan_repayments_made",
            "27": "loans_made",
            "28A": "refunds_to_individuals",
            "28B": "refunds_to_party_committees",
            "28C": "refunds_to_other_committees",
            "29": "other_disbursements",
            "30B": "federal_election_activity_all_federal",
        },
    },
    "SD": {
        "F3P": {"11": "debts_to", "12": "debts_by"},
        "F3": {"9": "debts_to", "10": "debts_by"},
        "F3X": {"9": "debts_to", "10": "debts_by"},
    },
}
