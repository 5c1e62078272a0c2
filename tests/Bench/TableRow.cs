namespace OrleansHybrid.Bench;

/// <summary>One line of the table, as text.</summary>
internal sealed record TableRow
{
    /// <summary>The words above the columns.</summary>
    public static TableRow Heading { get; } = new()
    {
        Store = "store",
        Description = "what",
        Ours = "ours, over HTTP",
        Raw = "raw",
        Ratio = "ratio (range)",
        HalfFloor = "half floor",
        Floor = "floor",
        Goal = "goal",
        Reached = "reached",
    };

    public required string Store { get; init; }

    public required string Description { get; init; }

    public required string Ours { get; init; }

    public required string Raw { get; init; }

    public required string Ratio { get; init; }

    public required string HalfFloor { get; init; }

    public required string Floor { get; init; }

    public required string Goal { get; init; }

    public required string Reached { get; init; }

    /// <summary>How far it got, in a word.</summary>
    public static string DescribeReached(bool halfFloor, bool floor, bool goal) =>
        goal ? "goal" : floor ? "floor" : halfFloor ? "half floor" : "no";

    /// <summary>All lines, under their heading, in columns.</summary>
    public static string Format(IEnumerable<TableRow> rows)
    {
        var cells = rows.Prepend(Heading).Select(row => row.Cells).ToList();
        var widths = Enumerable.Range(0, cells[0].Length).Select(column => cells.Max(row => row[column].Length)).ToArray();
        cells.Insert(1, [.. widths.Select(width => new string('-', width))]);
        return string.Join('\n', cells.Select(row =>
            $"| {string.Join(" | ", row.Zip(widths, (cell, width) => cell.PadRight(width)))} |"));
    }

    private string[] Cells => [Store, Description, Ours, Raw, Ratio, HalfFloor, Floor, Goal, Reached];
}
