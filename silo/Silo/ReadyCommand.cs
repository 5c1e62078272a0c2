using OrleansHybrid.Primitives.Http;
using OrleansHybrid.Silo.Security;

namespace OrleansHybrid.Silo;

/// <summary><c>silo ready</c>: a health check for images that have no other program to make a request with.</summary>
internal static class ReadyCommand
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(5);

    /// <summary>0 when the control plane that listens at the configured address on this machine says that it is ready.</summary>
    public static async Task<int> RunAsync(IReadOnlyList<string> arguments)
    {
        var url = PublicAddress.ToLoopback(ControlPlaneOptionsReader.Read(arguments).Urls[0]);
        using var client = new HttpClient(OutboundHttp.CreateHandler()) { Timeout = Timeout };
        try
        {
            using var answer = await client.GetAsync(new Uri($"{url}/readyz"));
            Console.WriteLine(await answer.Content.ReadAsStringAsync());
            return answer.IsSuccessStatusCode ? ExitCodes.Success : ExitCodes.Failure;
        }
        catch (Exception ex) when (ex is HttpRequestException or TaskCanceledException)
        {
            Console.WriteLine($"{url} does not answer: {ex.Message}");
            return ExitCodes.Failure;
        }
    }
}
