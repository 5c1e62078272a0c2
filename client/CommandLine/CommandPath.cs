using System.CommandLine;

namespace OrleansHybrid.CommandLine;

/// <summary>How a command is reached: the program, then down to the command itself.</summary>
public static class CommandPath
{
    /// <summary>The root first, the command itself last.</summary>
    internal static IReadOnlyList<Command> Of(Command command)
    {
        var path = new List<Command> { command };
        while (path[0].Parents.OfType<Command>().FirstOrDefault() is { } parent)
        {
            path.Insert(0, parent);
        }

        return path;
    }

    /// <summary>As it is typed. A root is called by the file that it was started from, which is not what people type.</summary>
    /// <param name="command">The command.</param>
    /// <param name="program">The command that starts the program.</param>
    public static string Format(Command command, string program) =>
        string.Join(' ', Of(command).Skip(1).Select(one => one.Name).Prepend(program));
}
