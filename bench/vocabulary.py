"""The words of an invented group of a bank, a retailer and a carrier."""

DOMAINS = {
    "Mortgages": "bank", "Consumer lending": "bank", "Cards": "bank", "Payments": "bank", "Savings": "bank",
    "Investments": "bank", "Insurance": "bank", "Treasury": "bank", "Risk": "bank", "Financial crime": "bank",
    "Merchandise": "retail", "Storefront": "retail", "Loyalty": "retail", "Stores": "retail", "Marketplace": "retail",
    "Customer care": "retail", "Pricing": "retail", "Warehousing": "logistics", "Line haul": "logistics",
    "Last mile": "logistics", "Customs": "logistics", "Fleet": "logistics", "Procurement": "logistics",
    "Identity": "bank",
}  # fmt: skip

QUALIFIERS = {
    "bank": "mortgage retail corporate instant foreign domestic recurring standing overdraft syndicated unsecured secured "
    "student pension custodial escrow merchant prepaid virtual contactless wholesale interbank crossborder bridging "
    "agricultural municipal charity premium dormant joint junior offshore digital legacy revolving leasing",
    "retail": "online wholesale seasonal clearance grocery fashion furniture electronics outlet subscription gift bundled "
    "perishable organic imported branded refurbished marketplace clickcollect backorder preorder regional franchise "
    "luxury household stationery garden pharmacy toy jewellery footwear sports bakery beverage petcare cosmetics",
    "logistics": "inbound outbound refrigerated hazardous oversize express pallet container bonded overnight rail maritime "
    "airfreight courier parcel bulk crossdock transit consolidated returnable chartered intermodal domestic export "
    "import cabotage groupage temperature fragile livestock tanker flatbed barge dropship lockbox milkrun",
}  # fmt: skip

THINGS = {
    "bank": "account payment transfer loan offer application card statement mandate beneficiary dispute chargeback "
    "collateral covenant deposit dividend portfolio order quote policy claim premium invoice ledger balance fee rate "
    "limit alert consent customer guarantor signature document valuation instalment arrears refund settlement "
    "reconciliation sanction screening case watchlist exposure scorecard hedge swap bond coupon voucher",
    "retail": "basket checkout product variant catalogue price promotion coupon voucher order shipment return refund review "
    "wishlist supplier brand category inventory reservation store till receipt shift planogram replenishment markdown "
    "membership reward tier campaign audience enquiry complaint ticket warranty repair label attribute image listing "
    "seller commission payout assortment allocation forecast delivery slot picker substitution",
    "logistics": "shipment consignment route stop manifest vehicle driver trailer depot dock pallet container seal waybill "
    "tariff declaration duty permit inspection pickup dropoff parcel locker scan exception damage claim insurance "
    "carrier lane capacity booking schedule yard gate weighbridge temperature sensor maintenance tyre fuel toll "
    "roster timesheet invoice surcharge tender contract quotation appointment milestone proof",
}  # fmt: skip

ROLES = [
    "pricing",
    "eligibility",
    "scoring",
    "intake",
    "approval",
    "routing",
    "archive",
    "monitoring",
    "forecasting",
    "simulation",
    "enrichment",
    "matching",
    "validation",
    "onboarding",
    "notification",
    "reporting",
    "reconciliation",
    "lookup",
    "directory",
    "calendar",
    "quota",
    "escalation",
    "tracking",
    "verification",
    "assignment",
    "correction",
    "migration",
    "subscription",
    "comparison",
    "calculation",
    "history",
    "registry",
    "audit",
    "export",
    "conversion",
    "planning",
    "sampling",
    "rating",
    "retention",
    "allocation",
]

#: What hangs below a resource: singular, plural.
PARTS = (
    ("note", "notes"), ("attachment", "attachments"), ("event", "events"), ("rule", "rules"), ("party", "parties"),
    ("version", "versions"), ("threshold", "thresholds"), ("comment", "comments"), ("task", "tasks"),
    ("schedule", "schedules"), ("exemption", "exemptions"), ("adjustment", "adjustments"), ("contact", "contacts"),
    ("condition", "conditions"), ("breakdown", "breakdowns"), ("revision", "revisions"), ("outcome", "outcomes"),
    ("reason", "reasons"), ("milestone", "milestones"), ("checkpoint", "checkpoints"), ("estimate", "estimates"),
    ("snapshot", "snapshots"), ("delegate", "delegates"), ("template", "templates"),
)  # fmt: skip

#: Verb of the operation id and how a summary begins.
ACTIONS = (
    ("approve", "Approve"), ("reject", "Reject"), ("cancel", "Cancel"), ("submit", "Submit"), ("suspend", "Suspend"),
    ("resume", "Resume"), ("recalculate", "Recalculate"), ("release", "Release"), ("withdraw", "Withdraw"),
    ("confirm", "Confirm"), ("reopen", "Reopen"), ("duplicate", "Duplicate"), ("split", "Split"), ("merge", "Merge"),
    ("lock", "Lock"), ("refresh", "Refresh"), ("publish", "Publish"), ("acknowledge", "Acknowledge"),
)  # fmt: skip

PROPERTY_STARTS = [
    "gross",
    "net",
    "booked",
    "available",
    "requested",
    "approved",
    "original",
    "remaining",
    "planned",
    "actual",
    "minimum",
    "maximum",
    "average",
    "billing",
    "settlement",
    "delivery",
    "contract",
    "partner",
    "origin",
    "destination",
    "primary",
    "secondary",
    "internal",
    "external",
    "effective",
    "expiry",
    "nominal",
    "local",
    "base",
    "target",
    "previous",
    "current",
    "total",
    "partial",
    "annual",
    "monthly",
    "daily",
    "first",
    "last",
    "next",
    "risk",
    "tax",
]

PROPERTY_ENDS = [
    "Amount",
    "Currency",
    "Date",
    "Time",
    "Reference",
    "Status",
    "Code",
    "Name",
    "Number",
    "Rate",
    "Quantity",
    "Weight",
    "Volume",
    "Country",
    "Region",
    "Address",
    "Channel",
    "Reason",
    "Category",
    "Score",
    "Balance",
    "Limit",
    "Share",
    "Period",
    "Count",
    "Margin",
    "Owner",
    "Type",
    "Level",
    "Index",
]

ADJECTIVES = [
    "dependable",
    "shared",
    "central",
    "regional",
    "automated",
    "auditable",
    "nightly",
    "streaming",
    "self-service",
    "regulated",
    "consolidated",
    "seasonal",
    "multi-country",
    "low-latency",
    "batch",
    "event-driven",
]

AUDIENCES = (
    "branch staff", "call centre agents", "partner banks", "store managers", "warehouse planners", "dispatchers",
    "underwriters", "the mobile app", "the web shop", "external auditors", "carriers abroad", "finance controllers",
    "suppliers", "fraud analysts", "product managers", "treasury desks",
)  # fmt: skip

PURPOSES = (
    "keeps one record of every {thing} across countries", "answers in real time whether a {thing} may proceed",
    "collects what has to be known about a {thing} before it is released", "replaces three older systems for each {thing}",
    "publishes each change of a {thing} to those who follow it", "gives a reason for every decision on a {thing}",
    "holds the limits that apply to a {thing}", "reconciles each {thing} with the general ledger overnight",
    "lets partners hand in a {thing} without paper", "shows where a {thing} stands and what is missing",
)  # fmt: skip

TEAM_NOUNS = ["Platform", "Office", "Operations", "Core", "Channels", "Data", "Integration", "Enablement"]

TAGS = [
    "core",
    "partner",
    "mobile",
    "batch",
    "real-time",
    "pii",
    "pci",
    "open-banking",
    "reporting",
    "internal-only",
    "experimental",
    "customer-facing",
    "regulatory",
    "gdpr",
    "event-driven",
    "high-volume",
    "read-only",
    "legacy",
    "cloud",
    "b2b",
    "b2c",
    "self-service",
    "audited",
    "tier-1",
    "tier-2",
    "tier-3",
    "eu",
    "uk",
    "nordics",
    "latam",
    "apac",
    "back-office",
    "front-office",
    "machine-learning",
    "master-data",
]

SYSTEM_NOUNS = ("front office", "back office", "records", "exchange")


def team_titles(apis: int) -> list[str]:
    """What the teams of a catalog of that size are called; more of them in a larger one."""
    return list(
        dict.fromkeys(
            f"{thing.title()} {noun}"
            for noun in TEAM_NOUNS[: max(2, apis // 1000)]
            for sector in THINGS
            for thing in THINGS[sector].split()[:: 3 if apis > 1000 else 12]
        )
    )
