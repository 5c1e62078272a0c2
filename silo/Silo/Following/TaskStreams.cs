using Orleans.Hybrid.Domain.Tasks;
using Orleans.Hybrid.Silo.Http.Iron;
using Orleans.Hybrid.Silo.Security;

namespace Orleans.Hybrid.Silo.Following;

/// <summary>What streams of a task's events are made of.</summary>
internal sealed record TaskStreams(EventStreams Streams, FollowedTasks Followed, ITaskStore Tasks, TaskDesk Desk, Lookups Lookups);
