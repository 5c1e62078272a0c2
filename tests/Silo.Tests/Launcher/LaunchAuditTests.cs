using System.Net;
using OrleansHybrid.Launcher.Domain;

namespace OrleansHybrid.Silo.Tests.Launcher;

/// <summary>Launches from the endpoint to the provider and back, through all that a silo has.</summary>
public sealed class LaunchAuditTests
{
    [Fact(Timeout = 120_000)]
    public async Task Each_job_of_the_provider_is_one_launch_with_one_record_of_its_acceptance_and_one_of_its_submission()
    {
        await using var silo = await CanarySilo.StartAsync();

        var texts = await Task.WhenAll(Enumerable.Range(0, 5).Select(i => silo.Client.LaunchAsync($"a{i}", silo.Secret)));

        Assert.All(texts, text => Assert.Equal(HttpStatusCode.OK, text.Status));
        Assert.All(texts, text => Assert.EndsWith(" passed 0", text.LastLine, StringComparison.Ordinal));
        var audit = await silo.Silo.Get<ILaunchStore>().ReadAuditAsync("nimbix", 0, 1000, default);
        Assert.Null(AuditChain.FindFirstBroken(audit));
        var jobs = silo.Fake.Jobs.All;
        Assert.Equal(5, jobs.Count);
        Assert.Equal(5, silo.Fake.RequestLog.All.Count(request => request.Path.EndsWith("/batch", StringComparison.Ordinal)));
        Assert.Single(jobs.Select(job => job.Label.Split(':')[1]).Distinct());
        Assert.All(jobs, job =>
        {
            var submitted = Assert.Single(audit, record => record.Event == AuditEvent.Submitted && record.JobNumber == job.Number);
            Assert.Matches($"^hybrid:[0-9a-f]{{8}}:{submitted.LaunchId}:a1$", job.Label);
            Assert.Single(audit, record => record.Event == AuditEvent.Accepted && record.LaunchId == submitted.LaunchId);
            Assert.Single(audit, record => record.Event == AuditEvent.Ended && record.LaunchId == submitted.LaunchId);
        });
    }
}
