#!/usr/bin/env python3
"""What Presidio's Korean recognizers find in pages. Reads one page a line (JSON), writes one finding a line.

The recognizers are asked one by one, without a language model: they are patterns with check digits. A word of their
context within the five words before a match raises its score by 0.35, to 0.4 at least, as the analyzer's enhancer does.
What scores below 0.4 is not counted.
"""
import json
import re
import sys

import tldextract

from presidio_analyzer.predefined_recognizers import (
    CreditCardRecognizer,
    EmailRecognizer,
    KrBrnRecognizer,
    KrDriverLicenseRecognizer,
    KrFrnRecognizer,
    KrPassportRecognizer,
    KrRrnRecognizer,
    PhoneRecognizer,
)

# The list that comes with the package: nothing is fetched while it runs.
tldextract.extract = tldextract.TLDExtract(suffix_list_urls=())

KINDS = {
    "KR_RRN": "resident-registration-number",
    "KR_FRN": "foreigner-registration-number",
    "KR_PASSPORT": "passport-number",
    "KR_DRIVER_LICENSE": "driver-licence-number",
    "KR_BRN": "business-registration-number",
    "CREDIT_CARD": "payment-card-number",
    "EMAIL_ADDRESS": "email-address",
    "PHONE_NUMBER": "mobile-number",
}
RECOGNIZERS = [
    KrRrnRecognizer(),
    KrFrnRecognizer(),
    KrPassportRecognizer(),
    KrDriverLicenseRecognizer(),
    KrBrnRecognizer(),
    CreditCardRecognizer(),
    EmailRecognizer(),
    PhoneRecognizer(supported_regions=("KR",), supported_language="ko"),
]


def score(recognizer, text, found):
    before = re.findall(r"\w+", text[max(0, found.start - 200):found.start].lower())[-5:]
    words = [word.lower() for word in recognizer.context or []]
    near = any(word in other for word in words for other in before)
    return max(0.4, min(1.0, found.score + 0.35)) if near else found.score


def main():
    for line in sys.stdin:
        page = json.loads(line)
        text = page["text"]
        for recognizer in RECOGNIZERS:
            entities = recognizer.supported_entities
            for found in recognizer.analyze(text, entities, None):
                if score(recognizer, text, found) < 0.4:
                    continue
                start = len(text[:found.start].encode())
                end = start + len(text[found.start:found.end].encode())
                kind = KINDS[found.entity_type]
                # Their telephone recognizer knows no kinds: what is no mobile number is a landline.
                if found.entity_type == "PHONE_NUMBER":
                    digits = re.sub(r"\D", "", text[found.start:found.end])
                    if not re.match(r"(82)?0?1[016789]", digits):
                        kind = "landline-number"
                print(json.dumps({"page": page["page"], "kind": kind, "start": start, "end": end}))


main()
