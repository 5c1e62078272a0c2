using System.Diagnostics.CodeAnalysis;

namespace OrleansHybrid.QueueingApp;

/// <summary>The options of the command line.</summary>
internal sealed record Arguments(string Connection, string? Grains, string Code)
{
    public static bool TryParse(string[] args, [NotNullWhen(true)] out Arguments? arguments)
    {
        arguments = args switch
        {
            ["--connection", var file, var code] => new Arguments(file, null, code),
            ["--connection", var file, "--grains", var gateways, var code] => new Arguments(file, gateways, code),
            _ => null,
        };
        return arguments is not null;
    }
}
