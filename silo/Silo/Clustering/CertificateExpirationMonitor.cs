using OrleansHybrid.Abstractions.Gateway;


namespace OrleansHybrid.Silo.Clustering;

/// <summary>Warns, each day, of a certificate that is about to expire: with it the connections between silos end.</summary>
internal sealed partial class CertificateExpirationMonitor(CertificateFiles files, TimeProvider time, ILogger<CertificateExpirationMonitor> log) : BackgroundService
{
    private static readonly TimeSpan WarningPeriod = TimeSpan.FromDays(30);
    private static readonly TimeSpan CheckInterval = TimeSpan.FromDays(1);

    protected override async Task ExecuteAsync(CancellationToken cancellationToken)
    {
        using var looks = new PeriodicTimer(CheckInterval, time);
        do
        {
            if (files.ExpiresAt is var end && end < time.GetUtcNow() + WarningPeriod)
            {
                Ending(files, end);
            }
        }
        while (await looks.WaitForNextTickAsync(cancellationToken));
    }

    [LoggerMessage(1, LogLevel.Warning, "Silo certificate {File} expires at {End:yyyy-MM-dd HH:mm}Z; renew it, see docs/how-to/several-silos.md")]
    private partial void Ending(CertificateFiles file, DateTimeOffset end);
}
