"""The KPI engine: working time, clocks, rules, scores, means. Standard library only; knows no database and no clock."""
