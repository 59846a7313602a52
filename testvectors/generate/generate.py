#!/usr/bin/env python3
"""Writes the test vectors, or says with --check whether the committed ones are what it makes."""

from __future__ import annotations

import argparse
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import topic_cpim
import topic_check
import topic_chooser
import topic_decode
import topic_draft
import topic_edn
import topic_hex
import topic_id
import topic_json
import topic_mail_export
import topic_mail_import
import topic_mending
import topic_reports
import topic_rich
from rich_dom import cmark

TOPICS = [
    topic_decode.suite,
    topic_id.suite,
    topic_reports.status_suite,
    topic_reports.derived_suite,
    topic_mending.repair_suite,
    topic_mending.upgrade_suite,
    topic_edn.suite,
    topic_hex.suite,
    topic_json.suite,
    topic_mail_import.suite,
    topic_mail_export.suite,
    topic_cpim.suite,
    topic_check.suite,
    topic_draft.suite,
    topic_chooser.suite,
    topic_rich.markdown_to_html,
    topic_rich.html_to_markdown,
    topic_rich.markdown_to_text,
    topic_rich.text_to_markdown,
    topic_rich.links,
]


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--check", action="store_true", help="write nothing; exit 1 if a file differs")
    arguments.add_argument("--out", type=pathlib.Path, default=pathlib.Path(__file__).resolve().parent.parent)
    arguments = arguments.parse_args()
    differ = 0
    for topic in TOPICS:
        suite = topic()
        text = suite.text()
        path = arguments.out / f"{suite.topic}.json"
        counts = {}
        for group in suite.groups:
            for case in group.cases:
                counts[case.result] = counts.get(case.result, 0) + 1
        told = ", ".join(f"{count} {result}" for result, count in sorted(counts.items()))
        if arguments.check:
            same = path.exists() and path.read_text(encoding="utf-8") == text
            differ += not same
            print(f"{path.name}: {told}: {'as generated' if same else 'DIFFERS'}")
        else:
            path.write_text(text, encoding="utf-8")
            print(f"{path.name}: {told}")
    print("cmark-gfm agrees" if cmark("") is not None else "cmark-gfm is absent and was not asked")
    return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(main())
