# SPDX-FileCopyrightText: 2026 The topheavy authors
# SPDX-License-Identifier: Apache-2.0
"""What the importer makes of names, symbols, numbers and classes, one rule at a time, with what it must not hit."""

import math
import sys
import unittest
from pathlib import Path

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).parent))
import market  # noqa: E402,F401  (finds scripts/)
from feed import listings, snapshots  # noqa: E402

KINDS = """
AAPL   | Apple Inc. Common Stock | common
GOOG   | Alphabet Inc. Class C Capital Stock | common
UAL    | United Airlines Holdings Inc. Common Stock | common
U      | Unity Software Inc. Common Stock | common
UNTC   | Unit Corporation Common Stock | common
BCOV   | Brightcove Inc. Common Stock | common
WMGI   | Wright Medical Group N.V. Ordinary Shares | common
RGHT   | Right Management Consultants Inc. Common Stock | common
PFBC   | Preferred Bank Common Stock | common
APTS   | Preferred Apartment Communities Inc. Common Stock | common
OBAI   | Our Bond Inc. Common Stock | common
NOTE   | FiscalNote Holdings Inc. Class A Common Stock | common
AHS    | Home Warranty Group Common Stock | common
FUND   | Sprott Focus Trust Inc. Common Stock | common
AOD    | abrdn Total Dynamic Dividend Fund Common Shares of Beneficial Interest | common
ADSE   | ADS-TEC ENERGY PLC Ordinary Shares | common
DMLP   | Dorchester Minerals L.P. Common Units Representing Limited Partnership Interests | common
MTR    | Mesa Royalty Trust Units of Beneficial Interest | silent
AFMD   | Affimed N.V. | silent
CVCO   | Cavco Industries Inc. Common Stock When Issued | common
SNDKV  | Sandisk Corporation Common Stock When-Issued | when_issued
JOYV   | Joy Ventures Common Stock | common
ARM    | Arm Holdings plc American Depositary Shares | depositary
AMX    | America Movil S.A.B. de C.V. American Depositary Shares (each the right to receive 20 Series B | depositary
PBR.A  | Petroleo S.A. American Depositary Shares each representing one Preferred Share | depositary
XYF    | X Financial ADS | depositary
IQMXW  | IQM Quantum Computers Oyj Warrants to purchase American Depositary Shares | warrant
SQFTW  | Presidio Property Trust Inc. Series A Common Stock Purchase Warrants | warrant
OPENW  | Opendoor Technologies Inc Series K Warrants each exercisable to purchase one share of Common Stock | warrant
AACIU  | Armada Acquisition Corp. III Units, each consisting of one Class A ordinary share | unit
ACACU  | Acri Capital Acquisition Corporation Unit | unit
AQNU   | Algonquin Power & Utilities Corp. Corporate Units | unit
ACBAR  | Ace Global Business Acquisition Limited Rights to receive one-tenth of one ordinary share | right
CVRX   | Some Pharma Inc. Contingent Value Rights | right
APOS   | Apollo Global Management Inc. 7.625% Fixed-Rate Resettable Junior Subordinated Notes due 2053 | debt
FNGA   | MicroSectors FANG Index 3X Leveraged ETNs due January 8 2038 | debt
ABLLL  | Abacus Life Inc. 9.875% Fixed Rate Senior Notes due 2028 | debt
AGNCN  | AGNC Investment Corp. 7.00% Series C Fixed-To-Floating Rate Cumulative Redeemable | preferred
ACGLN  | Arch Capital Group Ltd. Depositary Shares each Representing 1/1000th of a Preferred Share | preferred
FITBI  | Fifth Third Bancorp Depositary Shares | preferred
HOVNP  | Hovnanian Enterprises Inc Dep Shr Srs A Pfd | preferred
IBIT   | iShares Bitcoin Trust ETF | fund
TDOG   | 21Shares Dogecoin ETF Common Shares of Beneficial Interest | fund
BAC^K  | Bank of America Corporation | preferred
ABC/WS | ABC Acquisition Corp. | warrant
ABC.U  | ABC Acquisition Corp. | unit
ABC/RT | ABC Acquisition Corp. | right
ABC-PB | ABC Bancorp | preferred
ABC/WI | ABC Bancorp | when_issued
BRK.B  | Berkshire Hathaway Inc. | silent
BF/A   | Brown Forman Corporation Class A Common Stock | common
"""

ISSUERS = """
Alphabet Inc. Class C Capital Stock | Alphabet Inc
Alphabet Inc. Class A Common Stock | Alphabet Inc
Fox Corporation Class B Common Stock | Fox Corporation
Liberty Media Corporation Series C Liberty Formula One Common Stock | Liberty Media Corporation
Arm Holdings plc American Depositary Shares | Arm Holdings plc
ASML Holding N.V. New York Registry Shares | ASML Holding N.V
Digi Power X Inc. Subordinate Voting Shares | Digi Power X Inc
Capital Bancorp Inc. Common Stock | Capital Bancorp Inc
Preferred Bank Common Stock | Preferred Bank
SunCar Technology Group Inc. Class A Ordinary Shares (Cayman) | SunCar Technology Group Inc
Affimed N.V. | Affimed N.V
Paramount Global | Paramount Global
"""


def table(text):
    return [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]


class Names(unittest.TestCase):
    def test_kinds(self):
        for symbol, name, kind in table(KINDS):
            with self.subTest(symbol):
                self.assertEqual(listings.kind_of(symbol, name), kind, name)

    def test_issuers(self):
        for name, issuer in table(ISSUERS):
            with self.subTest(name):
                self.assertEqual(listings.issuer_of(name), issuer)

    def test_spellings_of_one_issuer(self):
        key = listings.issuer_key
        self.assertEqual(key("EchoStar  Corporation"), key("ECHOSTAR CORPORATION"))
        self.assertEqual(key("ASML Holding N.V"), key("ASML Holding NV"))
        self.assertNotEqual(key("Independent Bank Corp"), key("Independent Bank Corporation"))  # two banks
        self.assertNotEqual(key("Liberty Media Corporation"), key("Liberty Broadband Corporation"))


class Numbers(unittest.TestCase):
    def test_prices_and_caps(self):
        for text, value in {
            "$123.45": 123.45,
            "$1,234.50": 1234.5,
            "28297715.00": 28297715.0,
            "0.00": 0.0,
            "-5": -5.0,
            "457,631,122,110": 457631122110.0,
            "1e11": 1e11,
            " $0.8843 ": 0.8843,
        }.items():
            self.assertEqual(snapshots.amount(text), value, text)
        for text in ("", "NA", "N/A", "--"):
            self.assertTrue(math.isnan(snapshots.amount(text)), text)
        for text in ("abc", "$", "12.3.4", "1_000", "nan", "inf", "1 2", "0x10", "?"):
            self.assertIsNone(snapshots.amount(text), text)

    def test_changes_are_the_nearest_fractions(self):
        for text, value in {
            "2.826%": 0.02826,
            "-1.399%": -0.01399,
            "0.00%": 0.0,
            "1.1": 0.011,
            "UNCH": 0.0,
            "+3 %": 0.03,
            "-100%": -1.0,
            "1,234.5%": 12.345,
        }.items():
            self.assertEqual(snapshots.percentage(text), value, text)
        self.assertTrue(math.isnan(snapshots.percentage("")))
        for text in ("%", "up", "1%%", "nan%"):
            self.assertIsNone(snapshots.percentage(text), text)


class Classes(unittest.TestCase):
    """Two classes of 100 and 60 million shares at 50 and 48; the company's cap is 160 million shares' worth."""

    def divisors(self, rows):
        frame = pd.DataFrame(rows, columns=["day", "issuer", "symbol", "close", "cap"])
        return listings.share_classes(frame, 0.02)

    def test_whole_caps_are_shared(self):
        divisor, compared = self.divisors([(0, 7, 1, 50, 160 * 50), (0, 7, 2, 48, 160 * 48), (0, 8, 3, 10, 99)])
        self.assertEqual(divisor.tolist(), [2, 2, 1])
        self.assertEqual([(c["symbols"], c["days_shared"]) for c in compared], [([1, 2], 1)])

    def test_own_caps_stay(self):
        divisor, compared = self.divisors([(0, 7, 1, 50, 100 * 50), (0, 7, 2, 48, 60 * 48)])
        self.assertEqual(divisor.tolist(), [1, 1])
        self.assertEqual([c["days_shared"] for c in compared], [0])

    def test_classes_of_different_par(self):
        """The whole company at 1,500 shares to one: counts differ, caps do not."""
        self.assertEqual(self.divisors([(0, 7, 1, 750_000, 1e12), (0, 7, 2, 500, 1.001e12)])[0].tolist(), [2, 2])

    def test_tracking_stocks_of_one_issuer(self):
        rows = [
            (0, 7, 1, 80, 250 * 80),
            (0, 7, 2, 72, 250 * 72),
            (0, 7, 3, 25, 330 * 25),
            (0, 7, 4, 24, 330 * 24),
            (0, 7, 5, 26, 330 * 26),
        ]
        self.assertEqual(self.divisors(rows)[0].tolist(), [2, 2, 3, 3, 3])

    def test_a_cap_that_is_false_for_two_days(self):
        rows = []
        for day in range(30):
            off = 0.5 if day in (10, 11) else 1
            rows += [(day, 7, 1, 50 + day, 160 * (50 + day)), (day, 7, 2, 48, 160 * 48 * off)]
        self.assertEqual(set(self.divisors(rows)[0]), {2})

    def test_a_feed_that_changes_its_ways(self):
        """Own caps from day 40 on: told two days later, and earlier days stay as they were."""
        rows = []
        for day in range(80):
            a, b = (160, 160) if day < 40 else (100, 60)
            rows += [(day, 7, 1, 50, a * 50), (day, 7, 2, 48, b * 48)]
        divisor = np.array(self.divisors(rows)[0]).reshape(80, 2)
        self.assertTrue((divisor[:42] == 2).all() and (divisor[42:] == 1).all())
        for count in (1, 40, 41, 43):
            np.testing.assert_array_equal(np.array(self.divisors(rows[: 2 * count])[0]).reshape(-1, 2), divisor[:count])

    def test_a_class_that_lists_later(self):
        rows = [(0, 7, 1, 50, 160 * 50), (1, 7, 1, 50, 160 * 50), (1, 7, 2, 48, 160 * 48)]
        self.assertEqual(self.divisors(rows)[0].tolist(), [1, 2, 2])


if __name__ == "__main__":
    unittest.main(verbosity=2)
