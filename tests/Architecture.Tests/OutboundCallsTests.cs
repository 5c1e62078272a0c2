using System.Text.RegularExpressions;

namespace OrleansHybrid.Architecture.Tests;

/// <summary>V7: what calls out is made in one place, which knows what may go through a proxy.</summary>
public sealed partial class OutboundCallsTests
{
    private static readonly string[] Roots = ["grains", "silo", "client", "tests/Bench"];

    [Fact]
    public void Only_one_place_makes_connections_for_http()
    {
        var elsewhere = Roots.SelectMany(room => SourceTree.Files(room, "*.cs"))
            .Where(file => !file.StartsWith("client/Primitives/Http/", StringComparison.Ordinal))
            .SelectMany(file => SourceTree.Lines(file).Where(line => MadeByHand().IsMatch(line)).Select(line => $"{file}: {line.Trim()}"));

        Assert.Empty(elsewhere);
    }

    [Theory]
    [InlineData("    private readonly HttpClient _http = new();")]
    [InlineData("using var client = new HttpClient { Timeout = Patience };")]
    [InlineData("using var client = new HttpClient();")]
    [InlineData("var handler = new SocketsHttpHandler")]
    [InlineData("var handler = new HttpClientHandler();")]
    public void One_made_by_hand_is_seen(string line) => Assert.Matches(MadeByHand(), line);

    [GeneratedRegex(@"new (SocketsHttpHandler|HttpClientHandler)\b|new HttpClient( \{|\(\)|$)|\bHttpClient \w+ = new\((?!OutboundHttp\.)")]
    private static partial Regex MadeByHand();
}
