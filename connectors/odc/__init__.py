"""The connector for overheidsdatacentra: reads an inventory that the datacentre keeps as a CSV file."""
