using System.CommandLine;

namespace OrleansHybrid.CommandLine;

/// <summary>How a command is reached: the program, then down to the command itself.</summary>
internal static class CommandPath
{
    public static IReadOnlyList<Command> Of(Command command)
    {
        var path = new List<Command> { command };
        while (path[0].Parents.OfType<Command>().FirstOrDefault() is { } parent)
        {
            path.Insert(0, parent);
        }

        return path;
    }

    /// <summary>As it is typed. A root is called by the file that it was started from, which is not what people type.</summary>
    public static string Format(IEnumerable<Command> path, string program) =>
        string.Join(' ', path.Skip(1).Select(one => one.Name).Prepend(program));
}
