"""Spark as an outside tool: run with the Python of .venv-spark, which knows nothing of the application.

Each line of the input is a question as JSON, each line of the output its answer; what Spark logs goes elsewhere.
"""

import json
import os
import sys

JARS = ("/usr/share/java/postgresql.jar", "/usr/share/java/sqlite-jdbc.jar")  # of Debian's packages


def session():
    os.environ["SPARK_LOCAL_IP"] = "127.0.0.1"  # before the import; else it asks what this computer is called
    from pyspark.sql import SparkSession

    told = {
        "spark.ui.enabled": "false",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.memory": "1g",
        "spark.driver.extraClassPath": os.pathsep.join(JARS),
        "spark.sql.shuffle.partitions": "2",
    }
    builder = SparkSession.builder.master("local[2]").appName("nightly")
    for name, value in told.items():
        builder = builder.config(name, value)
    made = builder.getOrCreate()
    made.sparkContext.setLogLevel("ERROR")
    return made


def read(spark, name: str, options: dict, dates: list) -> list:
    """A view of the store as a view of Spark; its columns and their types."""
    frame = spark.read.format("jdbc").options(**options).load()
    for date in dates:
        frame = frame.withColumn(date, frame[date].cast("date"))
    frame.createOrReplaceTempView(name)
    return frame.dtypes


def answer(spark, asked: dict) -> list:
    if "read" in asked:
        return read(spark, asked["read"], asked["options"], asked["dates"])
    if "python" in asked:  # of a document: what it calls donations, each time that it does
        counts = []
        for part in asked["python"]:
            names = {"spark": spark}
            exec(part, names)
            counts.append([names["donations"].count(), names["donations"].dtypes])
        return counts
    return [list(row) for row in spark.sql(asked["sql"]).collect()]


def main() -> None:
    spark = session()
    for line in sys.stdin:
        try:
            said = {"rows": answer(spark, json.loads(line))}
        except Exception as error:
            said = {"error": f"{type(error).__name__}: {error}"[:2000]}
        print(json.dumps(said, default=str), flush=True)
    spark.stop()


if __name__ == "__main__":
    main()
