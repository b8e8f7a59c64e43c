"""The workbook whose numbers are formulas over the lines."""
