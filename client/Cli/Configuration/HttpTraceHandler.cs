using System.Diagnostics;

namespace OrleansHybrid.Cli.Configuration;

/// <summary>
/// Writes requests and their status to standard error; headers and bodies, which hold secrets, are left out.
/// </summary>
internal sealed class HttpTraceHandler(CliConsole console, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    protected override async Task<HttpResponseMessage> SendAsync(
        HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var begun = Stopwatch.GetTimestamp();
        try
        {
            var response = await base.SendAsync(request, cancellationToken);
            Tell($"{(int)response.StatusCode} {response.ReasonPhrase}");
            return response;
        }
        catch (HttpRequestException ex)
        {
            Tell(ex.Message);
            throw;
        }

        void Tell(string outcome)
        {
            var taken = Stopwatch.GetElapsedTime(begun).TotalMilliseconds;
            console.WriteMessage($"{request.Method} {request.RequestUri} -> {outcome}, {taken:0} ms");
        }
    }
}
