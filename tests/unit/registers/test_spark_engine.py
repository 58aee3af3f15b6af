"""The same store on a local Spark session gives the same rows as this process."""

import shutil

import polars as pl
import pytest
from tests.property.measured_city import make_city
from tests.property.test_measures_agree import parts_of

from mainstay.registers import engines, store
from mainstay.registers.report import report

pytestmark = [
    pytest.mark.spark,
    pytest.mark.skipif(shutil.which("java") is None, reason="Spark needs Java, and there is none here"),
    pytest.mark.filterwarnings("default"),
]


def test_spark_gives_the_same_rows(tmp_path):
    pytest.importorskip("pyspark", reason='Spark is not installed: pip install "mainstay[spark]"')
    from mainstay.registers import spark

    parts = parts_of(make_city(120, seed=5))
    store.write(tmp_path / "store", store.chunks([parts], size=60))
    packed, task = store.Store(tmp_path / "store"), engines.Task()
    expected = pl.concat([report(frame) for frame in engines.local(packed, task)])
    found = pl.concat(spark.measure(packed, task, master="local[1]"))
    assert found.cast(dict(expected.schema)).equals(expected)
